variable "name" { type = string }
variable "schedule" { type = string }
variable "cluster" { type = string }
variable "role_arn" { type = string }
variable "execution" { type = string }
variable "webhook_token" {
  type      = string
  sensitive = true
}

resource "aws_scheduler_schedule_group" "this" {
  name = "reports-${var.name}"
  tags = { team = "reports" }
}

resource "aws_ecs_task_definition" "this" {
  family                   = "reports-${var.name}"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = var.execution
  runtime_platform {
    cpu_architecture        = "ARM64"
    operating_system_family = "LINUX"
  }
  ephemeral_storage {
    size_in_gib = 40
  }
  volume {
    name = "archive"
    efs_volume_configuration {
      file_system_id     = "fs-0123456789abcdef0"
      transit_encryption = "ENABLED"
      authorization_config {
        access_point_id = "fsap-0123456789abcdef0"
        iam             = "ENABLED"
      }
    }
  }
  container_definitions = jsonencode([{
    name         = "report"
    image        = "public.ecr.aws/docker/library/busybox:1.36"
    essential    = true
    environment  = [{ name = "LOG_LEVEL", value = "info" }, { name = "API_TOKEN", value = "hunter2-token" }]
    mountPoints  = [{ sourceVolume = "archive", containerPath = "/archive" }]
    dockerLabels = { Team = "reports" }
  }])
}

resource "aws_scheduler_schedule" "this" {
  count                        = 1
  name                         = "report-${var.name}"
  group_name                   = aws_scheduler_schedule_group.this.name
  schedule_expression          = var.schedule
  schedule_expression_timezone = "Europe/Berlin"
  start_date                   = "2130-01-01T00:00:00Z"
  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 15
  }
  target {
    arn      = var.cluster
    role_arn = var.role_arn
    input = jsonencode({
      containerOverrides = [{
        name        = "report"
        command     = ["report", var.name]
        environment = [{ name = "WEBHOOK", value = var.webhook_token }]
      }]
    })
    ecs_parameters {
      task_definition_arn     = aws_ecs_task_definition.this.arn
      launch_type             = "FARGATE"
      enable_ecs_managed_tags = true
      propagate_tags          = "TASK_DEFINITION"
      network_configuration {
        subnets          = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]
        assign_public_ip = false
      }
    }
    retry_policy {
      maximum_retry_attempts = 0
    }
  }
}
