# A fleet as a Terraform user writes it, for the benchmark: the batches come from a file.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "endpoint" {
  type = string
}

variable "image" {
  type = string
}

variable "fleet" {
  type = string
}

provider "aws" {
  region                      = "ap-northeast-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  endpoints {
    ecs       = var.endpoint
    events    = var.endpoint
    iam       = var.endpoint
    scheduler = var.endpoint
    sts       = var.endpoint
  }
  default_tags {
    tags = { "batchwork:owner" = local.fleet.owner }
  }
}

locals {
  fleet     = jsondecode(file(var.fleet))
  batches   = { for batch in local.fleet.batches : batch.name => batch }
  families  = toset([for batch in local.fleet.batches : batch.family])
  rules     = local.fleet.trigger == "rule" ? local.batches : {}
  schedules = local.fleet.trigger == "scheduler" ? local.batches : {}
}

resource "aws_ecs_task_definition" "this" {
  for_each                 = local.families
  family                   = each.key
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = local.fleet.execution_role_arn
  task_role_arn            = local.fleet.task_role_arn
  container_definitions = jsonencode([{
    name        = local.fleet.container
    image       = var.image
    essential   = true
    environment = [{ name = "JOB", value = each.key }, { name = "LOG_LEVEL", value = "info" }]
    logConfiguration = {
      logDriver     = "awslogs"
      options       = local.fleet.log_options
      secretOptions = [] # As ECS answers it: the provider would replace the definition otherwise.
    }
  }])
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each            = local.rules
  name                = each.key
  schedule_expression = each.value.schedule
  tags                = { "batchwork:batch" = each.key }
}

resource "aws_cloudwatch_event_target" "this" {
  for_each  = local.rules
  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = each.key
  arn       = local.fleet.cluster_arn
  role_arn  = local.fleet.role_arn
  input     = jsonencode({ containerOverrides = [{ name = local.fleet.container, command = ["report", each.key] }] })
  ecs_target {
    task_definition_arn = aws_ecs_task_definition.this[each.value.family].arn
    task_count          = 1
    launch_type         = "FARGATE"
    platform_version    = "1.4.0"
    network_configuration {
      subnets          = local.fleet.subnets
      security_groups  = local.fleet.security_groups
      assign_public_ip = false
    }
  }
}

resource "aws_scheduler_schedule_group" "this" {
  count = local.fleet.trigger == "scheduler" ? 1 : 0
  name  = local.fleet.owner
}

resource "aws_scheduler_schedule" "this" {
  for_each            = local.schedules
  name                = each.key
  group_name          = aws_scheduler_schedule_group.this[0].name
  schedule_expression = each.value.schedule
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = local.fleet.cluster_arn
    role_arn = local.fleet.role_arn
    input    = jsonencode({ containerOverrides = [{ name = local.fleet.container, command = ["report", each.key] }] })
    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.this[each.value.family].arn
      task_count          = 1
      launch_type         = "FARGATE"
      platform_version    = "1.4.0"
      network_configuration {
        subnets          = local.fleet.subnets
        security_groups  = local.fleet.security_groups
        assign_public_ip = false
      }
    }
  }
}
