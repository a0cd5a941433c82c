# The stack of playbooks/site.yml as a Terraform user writes it, for the benchmark.
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

provider "aws" {
  region                      = "ap-northeast-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  endpoints {
    ecs    = var.endpoint
    events = var.endpoint
    iam    = var.endpoint
    logs   = var.endpoint
    sts    = var.endpoint
  }
}

data "aws_caller_identity" "this" {}

locals {
  tags    = { "batchwork:batch" = "hello" }
  account = data.aws_caller_identity.this.account_id
  cluster = "arn:aws:ecs:ap-northeast-1:${local.account}:cluster/batch"
}

data "aws_iam_policy_document" "trust" {
  for_each = toset(["ecs-tasks", "events"])
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/ecs/fargate-task-definition"
  retention_in_days = 30
  tags              = local.tags
}

resource "aws_iam_policy" "execution" {
  name = "EcsTaskExecutionPolicy-sample"
  tags = local.tags
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.this.arn}:*"
    }]
  })
}

resource "aws_iam_role" "execution" {
  name               = "EcsTaskExecutionRole-sample"
  assume_role_policy = data.aws_iam_policy_document.trust["ecs-tasks"].json
  tags               = local.tags
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = aws_iam_policy.execution.arn
}

resource "aws_iam_policy" "events" {
  name = "EcsRunTaskEventsPolicy"
  tags = local.tags
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "ecs:RunTask"
        Resource = "${aws_ecs_task_definition.this.arn_without_revision}:*"
      },
      {
        Effect   = "Allow"
        Action   = "iam:PassRole"
        Resource = aws_iam_role.execution.arn
      },
    ]
  })
}

resource "aws_iam_role" "events" {
  name               = "EcsEventsRole-sample"
  assume_role_policy = data.aws_iam_policy_document.trust["events"].json
  tags               = local.tags
}

resource "aws_iam_role_policy_attachment" "events" {
  role       = aws_iam_role.events.name
  policy_arn = aws_iam_policy.events.arn
}

resource "aws_ecs_task_definition" "this" {
  family                   = "ecs-scheduled-batch-task"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.execution.arn
  tags                     = local.tags
  container_definitions = jsonencode([{
    name      = "hello"
    image     = var.image
    cpu       = 256
    memory    = 512
    essential = true
    logConfiguration = {
      logDriver     = "awslogs"
      secretOptions = [] # As ECS answers it: the provider would replace the definition otherwise.
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = "ap-northeast-1"
        awslogs-stream-prefix = "ecs"
      }
    }
  }])
}

resource "aws_cloudwatch_event_rule" "this" {
  name                = "hello"
  schedule_expression = "cron(*/30 * * * ? *)"
  tags                = local.tags
}

resource "aws_cloudwatch_event_target" "this" {
  rule      = aws_cloudwatch_event_rule.this.name
  target_id = "hello"
  arn       = local.cluster
  role_arn  = aws_iam_role.events.arn
  input     = jsonencode({ containerOverrides = [{ name = "hello", command = ["echo", "Hello,World!"] }] })
  ecs_target {
    task_definition_arn    = aws_ecs_task_definition.this.arn
    task_count             = 1
    launch_type            = "FARGATE"
    platform_version       = "1.4.0"
    enable_execute_command = true
    network_configuration {
      subnets          = ["subnet-0123456789abcdef0"]
      security_groups  = ["sg-0123456789abcdef0"]
      assign_public_ip = true
    }
  }
}
